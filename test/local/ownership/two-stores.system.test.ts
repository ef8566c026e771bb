import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { randomFrom } from '../../../local/seeded-random.ts'
import { killStores } from './store-process.ts'
import { meetOnStore, ORDERS } from './two-stores.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'two-stores-'))
})
afterEach(async () => {
  killStores()
  await rm(directory, { recursive: true })
})

describe('two servers on one directory', () => {
  it.each(Object.entries(ORDERS))('lose nothing that was acknowledged: %s', async (name, order) => {
    const use = { directory, random: randomFrom(1, name), stopMilliseconds: 1500 }
    const { writers, acknowledged, lost } = await meetOnStore(order, use)
    expect([writers, acknowledged > 0, lost]).toEqual([1, true, []])
  })
})
