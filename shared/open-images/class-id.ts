const CLASS_ID = /^\/[a-z]\/[0-9a-z_]{1,60}$/

/** Tells whether the text is an Open Images class id, such as `/m/0h9mv` or `/g/11bc5b`. */
export const isClassId = (text: string): boolean => CLASS_ID.test(text)
