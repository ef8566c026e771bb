import { describe, expect, it } from '@jest/globals'
import { readOptions } from '../../../tools/people/options.ts'

const SECRET = `w.${'a'.repeat(43)}`
const LINK = `http://127.0.0.1:3000/label#${SECRET}`

describe('the options of npm run people', () => {
  it('are one good person for each link by default', () => {
    expect(readOptions([LINK, LINK])).toMatchObject({
      api: 'http://127.0.0.1:3000',
      secrets: [SECRET, SECRET],
      kinds: ['good'],
      people: 2,
      speed: 1,
    })
  })

  it('choose kinds, in turn, and how many there are', () => {
    const options = readOptions([LINK, '--kinds', 'good,leaves', '--people', '7', '--speed', '2.5'])
    expect(options).toMatchObject({ kinds: ['good', 'leaves'], people: 7, speed: 2.5 })
  })

  it('take the address of the API for links that are a path', () => {
    const options = readOptions([`/label#${SECRET}`, '--api', 'https://api.dev/'])
    expect(options).toMatchObject({ api: 'https://api.dev', secrets: [SECRET] })
  })

  it('keep the stage in the address of the API', () => {
    expect(readOptions([`https://host/prod/label#${SECRET}`]).api).toBe('https://host/prod')
  })

  it('need no link for help', () => {
    expect(readOptions(['--help']).help).toBe(true)
  })

  it.each([
    [[]],
    [['http://127.0.0.1:3000']],
    [[`/label#${SECRET}`]],
    [[LINK.replace('3000', '3001'), LINK]],
    [[LINK, '--kinds', 'lazy']],
    [[LINK, '--people', '0']],
    [[LINK, '--people', '1.5']],
    [[LINK, '--speed', '']],
    [[LINK, '--speed', '0']],
    [[LINK, '--colour', 'red']],
  ])('are refused: %j', (args) => {
    expect(() => readOptions(args)).toThrow()
  })
})
