/** The token of all API requests. */
export const TOKEN = 'bench'

/** The keys of S3 and SQS. */
export const KEYS = { accessKeyId: 'BENCH', secretAccessKey: 'secret-of-the-bench' }
