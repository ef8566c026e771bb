import { describe, expect, it } from '@jest/globals'
import { imageLinks, quarterHourLinks } from '../../../shared/platform/storage/quarter-hour-links.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const at = (time: string) => {
  const ports = memoryPorts()
  ports.world.now = new Date(`2026-01-02T${time}Z`)
  return ports
}

describe('quarterHourLinks', () => {
  it('makes the same link all through a quarter of an hour, and another one in the next', async () => {
    const link = (time: string) => quarterHourLinks(60, at(time))('data/b/images/1.jpg')
    const first = await link('03:15:00.000')
    expect(await link('03:29:59.999')).toEqual(first)
    expect((await link('03:30:00.000')).link).not.toBe(first.link)
  })

  it.each([
    ['03:15:00.000', '2026-01-02T03:31:00.000Z'],
    ['03:29:59.999', '2026-01-02T03:31:00.000Z'],
    ['03:30:00.000', '2026-01-02T03:46:00.000Z'],
  ])('makes links at %s that are valid for the time asked for and expire at %s', async (time, linkExpiresAt) => {
    const made = await quarterHourLinks(60, at(time))('data/b/images/1.jpg')
    expect(made.linkExpiresAt).toBe(linkExpiresAt)
    expect(new URL(made.link).searchParams.get('X-Amz-Expires')).toBe('960')
  })
})

describe('imageLinks', () => {
  it.each([
    ['03:15:00.000', 30],
    ['03:29:00.000', 16],
  ])('makes links at %s that are valid for %i minutes', async (time, minutes) => {
    const ports = at(time)
    const { linkExpiresAt } = await imageLinks(ports)('data/b/images/1.jpg')
    expect((Date.parse(linkExpiresAt) - ports.world.now.getTime()) / 60_000).toBe(minutes)
  })
})
