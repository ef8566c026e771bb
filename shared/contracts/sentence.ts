/** Ends a text from elsewhere with a period, unless it has one already. Pure. */
export const endWithPeriod = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

/** Removes the period at the end of a text, for use inside a sentence. Pure. */
export const withoutPeriod = (text: string): string => text.replace(/(?<!\.)\.$/, '')

/** Cuts off a text from elsewhere that is longer than a message or a log line should be. Pure. */
export const shorten = (text: string, maxCharacters: number): string =>
  text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text
