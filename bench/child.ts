import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import * as z from 'zod'

/** What a child process answers to one job. */
const Answer = z.object({
  milliseconds: z.number(),
  /** Time that its threads were busy, all together. */
  cpuMilliseconds: z.number(),
  peakMegabytes: z.number(),
  result: z.unknown().optional(),
  error: z.string().optional(),
})
export type Answer = z.infer<typeof Answer>

/** A program that does one job after another: it reads a line of JSON for each, and answers with one. */
export interface Child {
  run(job: unknown): Promise<Answer>
  stop(): Promise<void>
}

const NODE = ['-r', './tools/require-node-24.cjs']
const ROOT = new URL('../', import.meta.url)

/** Starts a program of the project in a process of its own, on this Node. @param given its path from the root, and what it is told */
export const startNode = (
  given: readonly string[],
  environment = process.env,
  options: readonly string[] = [],
): Child => startChild(process.execPath, [...options, ...NODE, ...given], environment)

export function startChild(command: string, given: readonly string[], environment = process.env): Child {
  const child = spawn(command, given, { cwd: ROOT, env: environment, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: PromiseWithResolvers<Answer>[] = []
  const fail = (error: Error): void => {
    for (const each of waiting.splice(0)) each.reject(error)
  }
  child.on('error', fail)
  child.on('exit', (code) => fail(new Error(`${given.join(' ')} ended with ${code}`)))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = Answer.parse(JSON.parse(line))
    const next = waiting.shift()
    if (answer.error === undefined) next?.resolve(answer)
    else next?.reject(new Error(`${given.join(' ')}: ${answer.error}`))
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
