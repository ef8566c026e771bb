import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedSampleDatasets } from '../../local/sample-data/seed.ts'
import { startStack } from '../../local/stack.ts'
import { serveJobs } from '../serve-jobs.ts'

// The whole system in a process of its own, from its first job until there is no more to come.
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
