import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../../local/seeded-random.ts'
import { createLedger, type Dev, findLost, type Ledger, startDev } from './two-programs.ts'

interface Use {
  readonly directory: string
  readonly ledger: Ledger
  readonly random: Random
  /** How long a process is stopped at least. */
  readonly stopMilliseconds: number
}

/** Returns what went wrong. */
type Order = (use: Use) => Promise<readonly string[]>

const check = (isRight: boolean, problem: string): readonly string[] => (isRight ? [] : [problem])

/** Registers some datasets on whichever of these is ready. Only one may be. */
async function registerOn(devs: readonly Dev[], ledger: Ledger): Promise<readonly string[]> {
  const ready = await Promise.all(devs.map((dev) => dev.ready))
  const acknowledged = await Promise.all(devs.flatMap((dev) => [ledger.register(dev), ledger.register(dev)]))
  return [
    ...check(ready.filter((one) => one !== undefined).length === 1, `${devs.length} processes, not one of them ready`),
    ...check(acknowledged.includes(true), 'nothing was acknowledged'),
  ]
}

const killAll = (devs: readonly Dev[]) => Promise.all(devs.map((dev) => dev.kill()))

/** In which order two processes meet on one directory. */
export const ORDERS: Readonly<Record<string, Order>> = {
  async 'two systems are started together'({ directory, ledger, random }) {
    const devs = [startDev(directory), await wait(random.between(0, 300)).then(() => startDev(directory))]
    const problems = await registerOn(devs, ledger)
    await killAll(devs)
    return problems
  },

  async 'a system and the token tool are started together'({ directory, ledger, random }) {
    const later = () => wait(random.between(0, 400))
    const [dev, ...tools] = await Promise.all([
      later().then(() => startDev(directory)),
      later().then(() => ledger.createToken()),
      later().then(() => ledger.createToken()),
    ])
    const problems = await registerOn([dev], ledger)
    await dev.kill()
    return [...problems, ...tools.flatMap(({ status, stderr }) => check(status === 0, `the token tool: ${stderr}`))]
  },

  async 'the running system is stopped'({ directory, ledger, stopMilliseconds }) {
    const first = startDev(directory)
    const before = await registerOn([first], ledger)
    first.signal('SIGSTOP')
    const second = startDev(directory)
    const [isReady, ended, token] = await Promise.all([
      second.ready.then((ready) => ready !== undefined),
      second.ended,
      ledger.createToken(), // waits for twenty seconds
      wait(stopMilliseconds),
    ])
    const problems = [
      ...check(!isReady, 'a second system became ready'),
      ...check(ended.status === 1, 'the second system was not refused'),
      ...check(token.status === 1, 'the token tool was not refused'),
    ]
    first.signal('SIGCONT')
    const after = await registerOn([first], ledger)
    await first.kill()
    return [...before, ...problems, ...after]
  },

  async 'the system is stopped while it starts'({ directory, ledger, random, stopMilliseconds }) {
    const first = startDev(directory)
    await wait(random.between(0, 2500))
    first.signal('SIGSTOP')
    const continued = wait(stopMilliseconds).then(() => first.signal('SIGCONT'))
    const [second, third] = [startDev(directory), startDev(directory)]
    await Promise.all([ledger.createToken(), continued])
    const problems = await registerOn([first, second, third], ledger)
    await killAll([first, second, third])
    return problems
  },

  async 'the running system is killed'({ directory, ledger, random }) {
    const first = startDev(directory)
    await first.ready
    const writing = (async () => {
      while (await ledger.register(first));
    })()
    const [second] = await Promise.all([
      wait(random.between(0, 800)).then(() => startDev(directory)),
      wait(random.between(0, 1600)).then(() => first.kill()),
    ])
    await Promise.all([writing, ledger.createToken(), second.ready])
    // It was refused if the first one was still there.
    const last = (await second.ready) ? second : startDev(directory)
    const problems = await registerOn([last], ledger)
    await killAll([second, last])
    return problems
  },

  async 'the system is killed while it starts'({ directory, ledger, random }) {
    const first = startDev(directory)
    await wait(random.between(0, 2500))
    await Promise.all([first.kill(), ledger.createToken()])
    const second = startDev(directory)
    const problems = await registerOn([second], ledger)
    await second.kill()
    return problems
  },
}

/** Lets two processes meet on a directory. Returns what went wrong, and what was acknowledged and is gone afterwards. */
export async function meet(order: Order, use: Omit<Use, 'ledger'>): Promise<readonly string[]> {
  const ledger = createLedger(use.directory)
  const problems = await order({ ...use, ledger })
  return [...problems, ...(await findLost(use.directory, ledger)).map((what) => `lost: ${what}`)]
}
