import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { randomFrom } from '../../local/seeded-random.ts'
import { meet, ORDERS } from './two-processes.ts'
import { killPrograms } from './two-programs.ts'

const STOP_MILLISECONDS = 5000

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'two-'))
})
afterEach(async () => {
  killPrograms()
  await rm(directory, { recursive: true })
})

describe('two processes on one directory', () => {
  it.each(Object.entries(ORDERS))('lose nothing, and it starts again: %s', async (name, order) => {
    const random = randomFrom(1, name)
    expect(await meet(order, { directory, random, stopMilliseconds: STOP_MILLISECONDS })).toEqual([])
  })
})
