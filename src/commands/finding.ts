/** What one look of the doctor said. A warning or a failure ends with its fix. */
export type Finding = { readonly state: 'ok' | 'warning' | 'failed'; readonly says: string }

export const ok = (says: string): Finding => ({ state: 'ok', says })
export const warning = (says: string): Finding => ({ state: 'warning', says })
export const failed = (says: string): Finding => ({ state: 'failed', says })
