import { describe, expect, it } from '@jest/globals'
import { parseLink } from '../../../../web/label/work/sign-in.ts'

const SECRET = `w.${'aB3_-'.repeat(8)}xyz`

describe('a link that a worker pastes', () => {
  it.each([
    ['whole', `https://api.example.com/label#${SECRET}`],
    ['with spaces and a line break around it', `  https://api.example.com/v1/label#${SECRET}\n`],
    ['its last part alone', SECRET],
  ])('is taken %s', (_, text) => {
    expect(parseLink(text)).toBe(SECRET)
  })

  it.each([
    ['cut off', `https://api.example.com/label#${SECRET.slice(0, -1)}`],
    ['with something behind it', `https://api.example.com/label#${SECRET}.`],
    ['without its secret', 'https://api.example.com/label'],
    ['empty', ''],
    ['the token of an owner', `gw_${'x'.repeat(43)}`],
    ['markup', `<b>${SECRET}</b>`],
  ])('is not taken %s', (_, text) => {
    expect(parseLink(text)).toBeUndefined()
  })
})
