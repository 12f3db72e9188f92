export { type ComparedField, type CompareView, comparePage } from './compare/index.ts'
export { matrixPage } from './matrix/index.ts'
export { htmlReporter } from './report/index.ts'
export { trendPage } from './trend/index.ts'
