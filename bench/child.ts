import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import * as z from 'zod'

/** The answer of a child process to a job. */
const Answer = z.object({
  milliseconds: z.number(),
  /** CPU time of all its threads. */
  cpuMilliseconds: z.number(),
  peakMegabytes: z.number(),
  result: z.unknown().optional(),
  error: z.string().optional(),
})
export type Answer = z.infer<typeof Answer>

/** A child process that runs one job after another: one line of JSON per job and per answer. */
export interface Child {
  run(job: unknown): Promise<Answer>
  stop(): Promise<void>
}

const NODE = ['-r', './tools/require-node-24.cjs']
const ROOT = new URL('../', import.meta.url)

/** Starts a program of the project in a child process. @param args its path relative to the root, and its arguments */
export const startNode = (args: readonly string[], environment = process.env, options: readonly string[] = []): Child =>
  startChild(process.execPath, [...options, ...NODE, ...args], environment)

/** Starts a child process that serves jobs. */
export function startChild(command: string, args: readonly string[], environment = process.env): Child {
  const child = spawn(command, args, { cwd: ROOT, env: environment, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: PromiseWithResolvers<Answer>[] = []
  const fail = (error: Error): void => {
    for (const each of waiting.splice(0)) each.reject(error)
  }
  child.on('error', fail)
  child.on('exit', (code) => fail(new Error(`${args.join(' ')} exited with ${code}`)))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = Answer.parse(JSON.parse(line))
    const next = waiting.shift()
    if (answer.error === undefined) next?.resolve(answer)
    else next?.reject(new Error(`${args.join(' ')}: ${answer.error}`))
  })
  return {
    run: (job) => {
      const answer = Promise.withResolvers<Answer>()
      waiting.push(answer)
      child.stdin.write(`${JSON.stringify(job)}\n`)
      return answer.promise
    },
    stop: () => stop(child),
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.stdin?.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await ended
  clearTimeout(timer)
}
