import { readFileSync } from 'node:fs'

/**
 * The most memory that this process ever had, in MB. Where there is no /proc, what getrusage says, which can be its
 * parent's: that figure outlives the start of another program.
 */
export function peakMegabytes(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? []
    if (kilobytes !== undefined) return Number(kilobytes) / 1024
  } catch {
    // Another system than Linux.
  }
  return process.resourceUsage().maxRSS / 1024
}
