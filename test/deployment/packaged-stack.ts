import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SQSClient } from '@aws-sdk/client-sqs'
import { createBucket } from '../../local/bucket.ts'
import { setDevToken } from '../../local/dev-token.ts'
import { awsEnvironment, functionEnvironment, keyEnvironment, setEnvironment } from '../../local/environment.ts'
import { publish, type RuleFunction } from '../../local/event-bus.ts'
import { startGateway } from '../../local/gateway/gateway.ts'
import type { EndpointFunction } from '../../local/gateway/route-table.ts'
import { startLabelingService } from '../../local/labeling-service/server.ts'
import { startS3Server } from '../../local/s3/server.ts'
import { startPoller, type WorkerFunction } from '../../local/sqs/poller.ts'
import { createQueues, startQueueServer } from '../../local/sqs/queues.ts'
import { CREDENTIALS } from '../support/credentials.ts'

// A program that runs packaged functions, each unpacked into its own folder, against local S3, SQS and labeling service
// until it is killed. Its first line has the addresses; the following lines are the metrics of the functions.
const [folder = '', directory = ''] = process.argv.slice(2)
setEnvironment({ ...awsEnvironment({}), ...keyEnvironment(CREDENTIALS) })
const s3 = (await startS3Server({ directory, credentials: CREDENTIALS })).url
const sqs = (await startQueueServer({ credentials: CREDENTIALS })).url
const client = new SQSClient({ endpoint: sqs })
const queues = await createQueues(client, sqs, { visibilitySeconds: 5, maxReceives: 5 })
await createBucket(s3, 'work')
const rules: RuleFunction[] = []
const labeling = await startLabelingService({
  s3,
  credentials: CREDENTIALS,
  directory: `${directory}-labeling`,
  pace: { milliseconds: 10 },
  onStateChange: (event) => publish(event, rules),
})
const servers = { s3, sqs, labeling: labeling.url }
setEnvironment({ ...functionEnvironment(servers, 'work', queues), POWERTOOLS_LOG_LEVEL: 'SILENT' })
setEnvironment({ GROUNDWORK_METRICS_NAMESPACE: 'groundwork-packaged' })
const token = 'packaged'
await setDevToken(token, s3, 'work')

const endpoints: EndpointFunction[] = []
for (const name of await readdir(folder)) {
  const files = await readdir(join(folder, name, 'functions'), { recursive: true })
  const file = files.find((one) => one.endsWith('.cjs')) ?? ''
  const {
    handler,
    endpoint,
    endpoints: several,
    worker,
    rule,
  } = await import(pathToFileURL(join(folder, name, 'functions', file)).href)
  if (several) for (const one of several) endpoints.push({ name, endpoint: one, handler })
  else if (endpoint) endpoints.push({ name, endpoint, handler })
  else if (rule) rules.push({ name, rule, handler })
  else {
    const called: WorkerFunction = { name, worker, handler }
    await startPoller(called, client, queues[called.worker.queue])
  }
}
const api = (await startGateway({ endpoints, port: 0 })).url
process.stdout.write(`${JSON.stringify({ api, s3, token })}\n`)
