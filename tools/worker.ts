import { readOwner } from '../local/ownership/owner.ts'
import type { WorkerItem } from '../shared/contracts/worker.ts'
import { createWorker } from '../shared/labeling/workers/create.ts'
import { listWorkers } from '../shared/labeling/workers/list.ts'
import { removeWorker } from '../shared/labeling/workers/remove.ts'
import { rotateLink } from '../shared/labeling/workers/rotate-link.ts'
import type { Ports } from '../shared/platform/ports.ts'
import { readCommandLine } from './command-line.ts'
import { withDeployedBucket, withLocalBucket } from './state-bucket.ts'
import { readOptions, USAGE, type WorkerCommand } from './worker/options.ts'

type Needs = Pick<Ports, 'objects' | 'now' | 'newId'> & { readonly config: { readonly apiUrl: string | undefined } }

/** Creates, lists and removes workers (`npm run worker`). Data goes to stdout, messages go to stderr. */
async function runCommand(command: WorkerCommand, ports: Needs): Promise<void> {
  switch (command.verb) {
    case 'create': {
      const { name, request } = command
      const result = await createWorker(name, request, { validateOnly: false }, ports)
      if (!('created' in result)) throw new Error(`Worker "${name}" already exists; rotate makes a new link.`)
      console.log(result.created.link)
      console.error(`Created the worker "${name}". The link is not shown again.`)
      break
    }
    case 'list':
      for await (const item of allWorkers(ports)) console.log(toColumns(item).join('\t'))
      break
    case 'delete':
      await removeWorker(command.name, ports)
      console.error(`Removed the worker "${command.name}". Sessions end within a minute.`)
      break
    case 'rotate':
      console.log((await rotateLink(command.name, ports)).link)
      console.error(`Replaced the link of "${command.name}". It is not shown again; the previous one opens nothing.`)
  }
}

async function* allWorkers(ports: Needs): AsyncGenerator<WorkerItem> {
  let cursor: string | undefined
  do {
    const page = await listWorkers({ limit: 1000, cursor }, ports)
    yield* page.items
    cursor = page.nextCursor
  } while (cursor !== undefined)
}

const toColumns = (item: WorkerItem): string[] =>
  item.state === 'unreadable'
    ? [item.worker, item.state, item.problem.detail]
    : [
        item.worker,
        item.role,
        item.jobs?.join(',') ?? 'all jobs',
        `${item.seatsTaken}/${item.seats}`,
        item.state,
        item.lastSeenAt ?? 'never',
      ]

/** The address of the API of `npm run dev`, which need not be running. */
const localApi = (directory: string): string =>
  process.env.GROUNDWORK_API_URL || readOwner(directory)?.api || `http://127.0.0.1:${process.env.PORT || '3000'}`

const { help, bucket, api, command } = readCommandLine(readOptions, USAGE)
const directory = process.env.GROUNDWORK_DIR || '.groundwork'
const runWith = (ports: Omit<Needs, 'config'>): Promise<void> =>
  runCommand(command, { ...ports, config: { apiUrl: api ?? localApi(directory) } })
if (help) console.log(USAGE)
else
  await (bucket === undefined
    ? withLocalBucket(directory, 'npm run worker', runWith)
    : withDeployedBucket(bucket, runWith)
  ).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
