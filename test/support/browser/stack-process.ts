import { once } from 'node:events'
import { startApi } from '../http/running-api.ts'

/*
 * Runs the system with a sample dataset until the standard input closes, as it does when the process that started this
 * one ends, however that happens. Prints how to call it, as one line of JSON.
 */

const { stack, importSample, stop } = await startApi()
await importSample('sample-train')
const { api, s3, bucket, token, s3Credentials } = stack
process.stdout.write(`${JSON.stringify({ api, s3, bucket, token, s3Credentials })}\n`)
process.stdin.resume()
await once(process.stdin, 'end')
await stop()
process.exit()
