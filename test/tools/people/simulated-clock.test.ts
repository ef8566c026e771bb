import { describe, expect, it } from '@jest/globals'
import { simulatedClock } from '../../../tools/people/simulated-clock.ts'

function recordingClock() {
  const seen: number[] = []
  return { seen, clock: simulatedClock(0, (now) => void seen.push(now.getTime())) }
}

describe('the simulated clock', () => {
  it('jumps to when the next one wakes up, in the order of time', async () => {
    const { clock, seen } = recordingClock()
    const woken: string[] = []
    const sleeper =
      (name: string, ...seconds: number[]) =>
      async () => {
        for (const one of seconds) {
          await clock.wait(one)
          woken.push(`${name} ${clock.now() / 1000}`)
        }
      }
    await clock.together([sleeper('slow', 3600, 10), sleeper('quick', 5, 5, 5)])
    expect(woken).toEqual(['quick 5', 'quick 10', 'quick 15', 'slow 3600', 'slow 3610'])
    expect(seen).toEqual([5, 10, 15, 3600, 3610].map((seconds) => 1000 * seconds))
  })

  it('does not pass while somebody does something else', async () => {
    const { clock } = recordingClock()
    const slow = async () => {
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
      return clock.now()
    }
    const [time] = await clock.together([slow, async () => void (await clock.wait(1))])
    expect(time).toBe(0)
  })

  it('wakes nobody early, and those within a second at once', async () => {
    const { clock, seen } = recordingClock()
    await clock.together([() => clock.act(1.2), () => clock.act(1.9), () => clock.wait(2)])
    expect(seen).toEqual([2000])
  })

  it('passes for the others while one does several things at the same time', async () => {
    const { clock } = recordingClock()
    const ends: number[] = []
    await clock.together([
      async () => {
        await clock.together([() => clock.wait(10), () => clock.wait(20)])
        ends.push(clock.now())
        await clock.wait(5)
        ends.push(clock.now())
      },
      async () => {
        await clock.wait(15)
        ends.push(clock.now())
      },
    ])
    expect(ends).toEqual([15_000, 20_000, 25_000])
  })

  it('passes on the failure of one of them', async () => {
    const { clock } = recordingClock()
    const fail = async () => {
      await clock.wait(1)
      throw new Error('broken')
    }
    await expect(clock.together([fail])).rejects.toThrow('broken')
  })
})
