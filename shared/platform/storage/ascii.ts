/** Codes of the ASCII bytes that delimit lines and fields of text. */
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const QUOTE = 0x22
export const COMMA = 0x2c
