import { createInterface } from 'node:readline'
import { peakMegabytes } from './peak-memory.ts'

/** The child's side of `child.ts`: does each job that comes as a line, and answers with what it took. */
export async function serveJobs<Job>(run: (job: Job) => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    // The parent is the only one that writes here: its lines are jobs of this child.
    const job: Job = JSON.parse(line)
    const before = process.cpuUsage()
    const started = performance.now()
    let outcome: { result?: unknown; error?: string }
    try {
      outcome = { result: await run(job) }
    } catch (error) {
      outcome = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
    const milliseconds = performance.now() - started
    const { user, system } = process.cpuUsage(before)
    const answer = { milliseconds, cpuMilliseconds: (user + system) / 1000, peakMegabytes: peakMegabytes(), ...outcome }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}
