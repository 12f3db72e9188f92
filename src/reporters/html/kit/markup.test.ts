import { expect, test } from 'vitest'
import { clipped, html, jsonScript, shown, textOf } from './index.ts'

const HOSTILE = `</script><img src=x onerror=alert(1)> "quoted" 'too' & &amp;`

test('text that is put into a template stays text, between tags and in an attribute', () => {
  expect(textOf(html`<p title="${HOSTILE}">${HOSTILE}</p>`)).not.toMatch(/<(?!\/?p)|"quoted/)
  expect(textOf(html`${'a < b'}${[html`<b>${1}</b>`, null, false, undefined]}`)).toBe('a &lt; b<b>1</b>')
})

test('values for a script cannot end it, and come back as they were', () => {
  const text = textOf(jsonScript('x', { answer: HOSTILE }))
  const inner = text.slice(text.indexOf('>') + 1, text.lastIndexOf('</script>'))
  expect(inner).not.toContain('<')
  expect(JSON.parse(inner)).toEqual({ answer: HOSTILE })
  expect(textOf(jsonScript('x', ['a\u202eb']))).toContain('["a⟨U+202E⟩b"]')
})

test('signs that hide or turn others are shown by their code points; line ends and tabs are kept', () => {
  expect(shown('a\u202eb\u0000c\u001b[31m\ud800 \u{e0041}\n\t😀')).toBe(
    'a⟨U+202E⟩b⟨U+0000⟩c⟨U+001B⟩[31m⟨U+D800⟩ ⟨U+E0041⟩\n\t😀',
  )
})

test('a long text says how much of it is not shown', () => {
  expect(clipped('abc', 3)).toBe('abc')
  expect(clipped('x'.repeat(12_003), 3)).toBe('xxx… 12,000 characters more')
})
