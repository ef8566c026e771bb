import { readFileSync } from 'node:fs'
import { classShares } from '../data/shares.ts'

/** The rarest class. A batch that requests more of its images than exist reads the whole file. */
export const RARE_CLASS: string = findRareClass()

function findRareClass(): string {
  const file = new URL('../../local/sample-data/class-descriptions-boxable.csv', import.meta.url)
  const rarest = classShares().at(-1)?.classId
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${rarest},`))
  return line?.slice(line.indexOf(',') + 1).trim() ?? ''
}
