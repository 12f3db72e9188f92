/** A button with `data-copy="ID"` copies the text of that element, and says so. A page from a file may write to the clipboard, too. */
export function startCopying(): void {
  document.addEventListener('click', async (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-copy]')
    const source = button && document.getElementById(button.dataset['copy'] ?? '')
    if (!button || !source) return
    const before = button.textContent
    button.textContent = (await copied(source)) ? 'Copied' : 'Select and copy it by hand'
    setTimeout(() => {
      button.textContent = before
    }, 2_000)
  })
}

async function copied(source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '')
    return true
  } catch {
    const range = document.createRange()
    range.selectNodeContents(source)
    getSelection()?.removeAllRanges()
    getSelection()?.addRange(range)
    return false
  }
}
