/** Folds a name for comparisons: Unicode composed, trimmed, in lower case. Pure. */
export const foldName = (name: string): string => name.normalize('NFC').trim().toLowerCase()
