import { createHash } from 'node:crypto'
import { SCRIPT, STYLE } from '../generated/assets.ts'
import { type Content, html, type Markup, textOf, trusted } from './markup.ts'

export type Tab = {
  /** Its name in the address: `#tab=checks`. */
  readonly id: string
  readonly title: string
  readonly content: Content
}

export type Page = {
  readonly title: string
  /** Above the tabs, always seen. */
  readonly head: Content
  readonly tabs: readonly Tab[]
  readonly foot?: Content
  /** Of a page that a server on loopback keeps up to date; a file asks nobody for anything. */
  readonly isLive?: true
}

/**
 * One file that needs nothing else: its style and script stand in it, its policy forbids to load or send anything, and no script but
 * this one runs. Without scripts, and on paper, all tabs are shown one below the other.
 */
export function renderPage({ title, head, tabs, foot, isLive }: Page): string {
  const policy = [
    ...[
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ],
    `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
    ...(isLive ? ["connect-src 'self'"] : []),
  ]
  return textOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy.join('; '))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>${head}</header>
${tabs.length > 1 && tabBar(tabs)}
<main id="main">${tabs.map(
    ({
      id,
      title: name,
      content,
    }) => html`<section class="panel" id="panel-${id}" data-panel="${id}" aria-label="${name}">${content}</section>
`,
  )}</main>
<footer>${foot}</footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`)
}

/** Links, not buttons: each is an address that can be sent to somebody. */
const tabBar = (tabs: readonly Tab[]): Markup =>
  html`<nav class="tabs" aria-label="Parts of this page">${tabs.map(({ id, title }) => html`<a href="#tab=${id}" data-tab="${id}">${title}</a>`)}</nav>`
