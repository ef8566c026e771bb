import { createInterface } from 'node:readline'
import { peakMegabytes } from './peak-memory.ts'

/** Serves the jobs of `child.ts`: runs the job on each input line and prints its result and cost. */
export async function serveJobs<Job>(run: (job: Job) => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    // Only the parent process writes to standard input, so every line is a job.
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
