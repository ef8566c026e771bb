/**
 * Returns the code of an error, such as `ENOENT`.
 *
 * Not by `instanceof Error`: in Jest, errors of Node modules have another Error class.
 */
export const errorCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
