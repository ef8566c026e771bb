/** Folders of the bucket, and names that mean something else in a path: no dataset and no batch is called so. */
export const RESERVED_NAMES: readonly string[] = ['raw', 'augmentation', 'test', 'system']
