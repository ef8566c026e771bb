const PREFIX = 'practice-'

/** Returns the name of the practice images of a worker, which are a block of their own. Pure. @param worker the pseudonym */
export const formatPracticeBlock = (worker: string): string => `${PREFIX}${worker}`

/** Whether a block that the schema `BlockName` has accepted is one of practice images. Pure. */
export const isPracticeBlock = (block: string | undefined): boolean => block?.startsWith(PREFIX) ?? false
