import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedSampleDatasets } from '../../local/sample-data/seed.ts'
import { startStack } from '../../local/stack.ts'
import { serveJobs } from '../serve-jobs.ts'

// Runs the whole stack in this process until its standard input ends.
const directory = await mkdtemp(join(tmpdir(), 'groundwork-load-'))
const stack = await startStack({ directory })
await seedSampleDatasets(stack)
await serveJobs(async () => {
  const { user, system } = process.cpuUsage()
  return { api: stack.api, token: stack.token, busyMilliseconds: (user + system) / 1000 }
})
await stack.stop()
await rm(directory, { recursive: true })
process.exit()
