import { setTimeout as wait } from 'node:timers/promises'
import { startS3Server } from '../../../local/s3/server.ts'
import type { Random } from '../../../local/seeded-random.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { signedFetch } from '../../support/http/signed-fetch.ts'
import { type StoreProcess, startStore } from './store-process.ts'

interface Use {
  readonly directory: string
  readonly random: Random
  /** How long a process is stopped. */
  readonly stopMilliseconds: number
}

/** Processes, and whether each is able to write. */
type Met = readonly (readonly [StoreProcess, boolean])[]

const started = async (...stores: StoreProcess[]): Promise<Met> =>
  Promise.all(stores.map(async (store) => [store, await store.started] as const))

/** In which order two processes meet on one directory. */
export const ORDERS: Readonly<Record<string, (use: Use) => Promise<Met>>> = {
  async 'both are started together'({ directory, random }) {
    const first = startStore(directory, 'first')
    await wait(random.between(0, 60))
    return await started(first, startStore(directory, 'second'))
  },

  async 'the first one is stopped while it writes'({ directory, random, stopMilliseconds }) {
    const first = startStore(directory, 'first')
    await first.started
    await wait(random.between(0, 100))
    first.signal('SIGSTOP')
    const continued = wait(stopMilliseconds).then(() => first.signal('SIGCONT'))
    const met = await started(first, startStore(directory, 'second'))
    await continued
    return met
  },

  async 'the first one is stopped while it starts'({ directory, random, stopMilliseconds }) {
    const first = startStore(directory, 'first')
    await wait(random.between(0, 500))
    first.signal('SIGSTOP')
    const second = startStore(directory, 'second')
    await wait(stopMilliseconds)
    first.signal('SIGCONT')
    return await started(first, second)
  },

  async 'the first one is killed while it writes'({ directory, random }) {
    const first = startStore(directory, 'first')
    await first.started
    await wait(random.between(0, 100))
    const killed = wait(random.between(0, 300)).then(() => first.kill())
    const second = startStore(directory, 'second')
    await killed
    // The second one was refused if it came before the first one was gone.
    const last = (await second.started) ? second : startStore(directory, 'third')
    return [[first, false], ...(await started(last))]
  },

  async 'the first one is killed while it starts'({ directory, random }) {
    const first = startStore(directory, 'first')
    await wait(random.between(0, 500))
    const second = startStore(directory, 'second')
    await first.kill()
    return [[first, false], ...(await started(second))]
  },
}

/**
 * Lets two processes meet on a directory, then kills both and starts a server there.
 * @returns how many of them could write, how many writes were acknowledged, and which of these are lost
 */
export async function meetOnStore(order: (use: Use) => Promise<Met>, use: Use) {
  const met = await order(use)
  await wait(use.random.between(0, 200))
  await Promise.all(met.map(([store]) => store.kill()))
  const acknowledged = met.flatMap(([store]) => store.acknowledged)
  const server = await startS3Server({ directory: use.directory, credentials: CREDENTIALS })
  const lost: string[] = []
  // One after another, as there may be thousands.
  for (const key of acknowledged)
    if ((await (await signedFetch(`${server.url}/photos/${key}`)).text()) !== key) lost.push(key)
  await server.stop()
  return { writers: met.filter(([, isWriter]) => isWriter).length, acknowledged: acknowledged.length, lost }
}
