/** A colour of style.css, as the scheme of the reader has it now. */
export const tone = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
