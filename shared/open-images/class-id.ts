import { CLASS_ID } from '../contracts/class-summary.ts'

/** Tells whether the text is an Open Images class id, such as `/m/0h9mv` or `/g/11bc5b`. */
export const isClassId = (text: string): boolean => CLASS_ID.test(text)
