/** Ends a text from elsewhere with a period, unless it has one already. Pure. */
export const endWithPeriod = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

/** Removes the period at the end of a text, for use inside a sentence. Pure. */
export const withoutPeriod = (text: string): string => text.replace(/(?<!\.)\.$/, '')
