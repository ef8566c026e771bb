const CLASS_ID = /^\/[a-z]\/[0-9a-z_]{1,60}$/

/** Whether the text is a class id as Open Images writes them: `/m/0h9mv`, `/g/11bc5b`. */
export const isClassId = (text: string): boolean => CLASS_ID.test(text)
