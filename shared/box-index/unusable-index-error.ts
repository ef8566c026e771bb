/** The index is missing, corrupt or out of date; the message says why. Callers fall back to a scan of the box CSV. */
export class UnusableIndexError extends Error {}
