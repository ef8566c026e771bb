/** The index cannot be used, or not any more: the message says why. What it would have told can be found by a scan. */
export class UnusableIndexError extends Error {}
