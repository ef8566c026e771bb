import { describe, expect, it } from '@jest/globals'
import { type Guard, listStale, takeOut } from '../../tools/guards/guard.ts'
import { GUARDS } from '../../tools/guards/list.ts'
import { chooseGuards, readOptions } from '../../tools/guards/options.ts'

const ROOT = new URL('../../', import.meta.url).pathname

const GUARD: Guard = { prevents: 'x', file: 'package.json', text: '"private": true', without: '', tests: [] }

describe('the list of guards', () => {
  it('is current: each guard occurs once in its file, and each test exists', () => {
    expect(listStale(GUARDS, ROOT)).toEqual([])
  })

  it('has a sentence of its own for each guard, which changes its file and has a test', () => {
    expect(new Set(GUARDS.map(({ prevents }) => prevents)).size).toBe(GUARDS.length)
    expect(GUARDS.filter(({ text, without, tests }) => text === without || tests.length === 0)).toEqual([])
  })
})

describe('listStale', () => {
  it.each([
    ['does not exist', { file: 'no-such-file' }],
    ['does not have the text', { text: 'no such text' }],
    ['has the text', { text: '"' }],
    ['does not exist', { tests: ['test/no-such.test.ts'] }],
  ])('names what %s', (_, change) => {
    expect(listStale([{ ...GUARD, ...change }], ROOT)).toHaveLength(1)
  })
})

describe('takeOut', () => {
  it('replaces the guard literally and leaves the rest', () => {
    expect(takeOut({ ...GUARD, text: 'b', without: '$&' }, 'a b c')).toBe('a $& c')
  })
})

describe('the options of npm run guards', () => {
  it('choose all guards, in order, by default', () => {
    expect(
      chooseGuards(
        GUARDS,
        readOptions([], () => 1),
      ),
    ).toEqual(GUARDS)
  })

  it('choose the same sample for the same seed, and another one for another seed', () => {
    const choose = (seed: number) =>
      chooseGuards(
        GUARDS,
        readOptions(['--sample', '10'], () => seed),
      )
    expect(choose(1)).toHaveLength(10)
    expect(choose(1)).toEqual(choose(1))
    expect(choose(1)).not.toEqual(choose(2))
  })

  it('choose the guards of one file', () => {
    const file = 'shared/platform/state/lease.ts'
    const chosen = chooseGuards(
      GUARDS,
      readOptions(['--only', file], () => 1),
    )
    expect(new Set(chosen.map((guard) => guard.file))).toEqual(new Set([file]))
  })

  it.each([['--jobs', '0'], ['--sample', 'x'], ['--seed', '-1'], ['--all']])('refuse %s %s', (...args) => {
    expect(() => readOptions(args, () => 1)).toThrow()
  })
})
