import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { signText, verifyText } from '../../../shared/platform/tokens/signed-text.ts'
import { signingKey } from '../../../shared/platform/tokens/signing-key.ts'
import { isBearerToken } from '../../../shared/platform/tokens/token.ts'
import { DAMAGES } from '../../support/fixtures/damages.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const Value = z.object({ name: z.string() })
const key = randomBytes(32)
const value = { name: 'Zoë' }
const verify = (text: string, purpose = 'session', own = key) => verifyText(text, purpose, own, Value)

describe('a signed text', () => {
  const text = signText(value, 'session', key)

  it('gives its value back, and fits into a header', () => {
    expect(verify(text)).toEqual(value)
    expect(isBearerToken(text)).toBe(true)
  })

  it('is refused with another key and for another purpose', () => {
    expect(verify(text, 'session', randomBytes(32))).toBeUndefined()
    expect(verify(text, 'ticket')).toBeUndefined()
    expect(verify(signText(value, 'ticket', key))).toBeUndefined()
  })

  it('is refused with any character changed', () => {
    for (let at = 0; at < text.length; at++) {
      const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
      expect([at, verify(changed)]).toEqual([at, undefined])
    }
  })

  it('is refused without its signature, and with more than one', () => {
    const [payload = '', mac = ''] = text.split('.')
    for (const other of ['', '.', payload, `${payload}.`, `.${mac}`, `${text}.`, `${text}.${mac}`, `${text}=`])
      expect([other, verify(other)]).toEqual([other, undefined])
  })

  it('is refused when its value is not what the reader expects', () => {
    expect(verify(signText({ name: 1 }, 'session', key))).toBeUndefined()
  })
})

describe('a signing key', () => {
  const OBJECT = 'system/some-key.json'
  const someKey = () => signingKey(OBJECT, 'the key of a test')

  it('does not exist before something is signed, and is the same for all processes from then on', async () => {
    const ports = memoryPorts()
    expect(await someKey().find(ports)).toBeUndefined()
    const created = await Promise.all(Array.from({ length: 5 }, () => someKey().findOrCreate(ports)))
    expect(new Set(created.map((one) => one.toString('hex'))).size).toBe(1)
    expect(created[0]).toHaveLength(32)
    expect(await someKey().find(ports)).toEqual(created[0])
  })

  it('is read once by a process', async () => {
    const ports = memoryPorts()
    const own = someKey()
    await own.findOrCreate(ports)
    const before = ports.world.calls.length
    await own.find(ports)
    await own.findOrCreate(ports)
    expect(ports.world.calls).toHaveLength(before)
  })

  it.each(DAMAGES)('that is %s verifies nothing, and is replaced by the next signature', async (_, damaged) => {
    const ports = memoryPorts()
    await ports.objects.put(OBJECT, damaged)
    expect(await someKey().find(ports)).toBeUndefined()
    const replaced = await someKey().findOrCreate(ports)
    expect(await someKey().find(ports)).toEqual(replaced)
  })
})
