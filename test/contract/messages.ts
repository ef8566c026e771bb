import { describe, expect, it } from '@jest/globals'
import type { MakeSubject } from './subject.ts'

/** The contract of all Messages. */
export function messagesContract(make: MakeSubject): void {
  describe('Messages', () => {
    it('delivers every message to its queue unchanged', async () => {
      const { ports, receive } = await make()
      const messages = Array.from({ length: 23 }, (_, chunk) => ({ chunk, text: 'é "quoted" <&> \u{1F600}\n\uFFFF' }))
      await ports.messages.send('chunks', messages)
      await ports.messages.send('tasks', [{ start: true }])
      await ports.messages.send('events', [])
      const received = (await receive('chunks')) as { chunk: number }[] // as sent above
      expect(received.toSorted((one, other) => one.chunk - other.chunk)).toEqual(messages)
      expect(await receive('tasks')).toEqual([{ start: true }])
      expect(await receive('events')).toEqual([])
    })
    it('delivers messages that exceed one request', async () => {
      const { ports, receive } = await make()
      const long = 'x'.repeat(100_000)
      await ports.messages.send('chunks', [{ long }, { long }, { long }, { long }])
      expect(await receive('chunks')).toHaveLength(4)
    })
    it('delays messages as requested', async () => {
      const { ports, receive } = await make()
      await ports.messages.send('deliveries', ['later'], 900)
      await ports.messages.send('deliveries', ['now'], 0)
      expect(await receive('deliveries')).toEqual(['now'])
      await expect(ports.messages.send('deliveries', ['x'], 901)).rejects.toThrow(/901 seconds/)
    })
    it('refuses a message that is too large for a queue', async () => {
      const { ports } = await make()
      await expect(ports.messages.send('chunks', ['x'.repeat(300_000)])).rejects.toThrow(/300002 bytes/)
    })
  })
}
