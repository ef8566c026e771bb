import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnnotationsPlan, writeAnnotations } from './generate-annotations.ts'

/** Increment it when the generator's output changes for the same parameters. */
const GENERATOR_VERSION = 1

const CACHE = join(tmpdir(), 'groundwork-bench')

/** Returns the path of a generated box file, which is cached in the temporary folder by its parameters. */
export function cachedAnnotations(plan: AnnotationsPlan): string {
  const parameters = JSON.stringify([GENERATOR_VERSION, plan.split, plan.rows, plan.seed])
  const name = createHash('sha256').update(parameters).digest('hex').slice(0, 16)
  const path = join(CACHE, `${plan.split}-${plan.rows}-${name}.csv`)
  if (existsSync(path)) return path
  mkdirSync(CACHE, { recursive: true })
  const unfinished = `${path}.${process.pid}`
  writeAnnotations(unfinished, plan)
  renameSync(unfinished, path)
  return path
}
