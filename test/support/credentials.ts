/** The keys of the servers that tests start themselves. */
export const CREDENTIALS = { accessKeyId: 'TESTKEY', secretAccessKey: 'secret-of-the-tests' }
