export type { Chart, ChartChange, ChartLevel, ChartPoint, Panel } from './chart.ts'
export { drawChart } from './draw-chart.ts'
