/** Names that datasets and batches cannot have: folders of the bucket and segments of API paths. */
export const RESERVED_NAMES: readonly string[] = ['raw', 'augmentation', 'test', 'system']
