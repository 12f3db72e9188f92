import type { Chart } from './chart.ts'
import { drawPanel, PANEL_HEIGHT, WIDTH } from './panel.ts'
import { STYLE } from './style.ts'
import { element, escapeXml, textAt } from './svg.ts'
import { wrap } from './wrap.ts'

const [HEAD, LINE, MARGIN] = [44, 17, 24]
/** Characters of a line of notes: at 12 px a letter is about 6.2 px wide. */
const NOTE_COLUMNS = 145

/** A picture as SVG that asks for nothing elsewhere: no font, script, image or link. `id` keeps two pictures of one page apart. */
export function drawChart({ title, description, panels }: Chart, id = 'chart'): string {
  const moments = panels.flatMap(({ points }) => points.map(({ at }) => Date.parse(at)))
  const times = [Math.min(...moments), Math.max(...moments)] as const
  let firstChange = 1
  const drawn = panels.map((panel, index) => {
    const text = drawPanel(panel, times, { top: HEAD + index * PANEL_HEIGHT, firstChange })
    firstChange += panel.changes.length
    return text
  })
  const notes = panels
    .flatMap(({ changes }) => changes)
    .flatMap(({ says }, index) => wrap(`${index + 1}: ${says}`, NOTE_COLUMNS))
  const notesTop = HEAD + panels.length * PANEL_HEIGHT + LINE
  const height = notesTop + notes.length * LINE + MARGIN / 2
  return `${element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height },
      ...{ role: 'img', 'aria-labelledby': `${id}-title ${id}-desc` },
    },
    [
      element('title', { id: `${id}-title` }, escapeXml(title)),
      element('desc', { id: `${id}-desc` }, escapeXml(description)),
      element('style', {}, STYLE.replaceAll('\n', '')),
      element('rect', { class: 'paper', width: WIDTH, height }),
      textAt(MARGIN, 26, title, { class: 'title' }),
      ...drawn,
      ...notes.map((note, index) => textAt(MARGIN, notesTop + index * LINE, note)),
    ].map((part) => `\n${part}`),
  )}\n`
}
