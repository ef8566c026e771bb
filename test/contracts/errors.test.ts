import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'

const CONTROLS = [0x00, 0x07, 0x0a, 0x0d, 0x1b, 0x7f, 0x85, 0x9b, 0x2028, 0x202e, 0x2066]

describe('AppError', () => {
  it.each(CONTROLS)('shows the control character %i of quoted input escaped, in its message and its issues', (code) => {
    const character = String.fromCharCode(code)
    const { message, issues } = new AppError('bad-source', `"a${character}b"`, [
      { at: `row ${character}`, message: character, suggestions: [`a${character}`] },
    ])
    const shown = `\\u${code.toString(16).padStart(4, '0')}`
    expect(message).toBe(`"a${shown}b"`)
    // Suggestions are values for programs.
    expect(issues).toEqual([{ at: `row ${shown}`, message: shown, suggestions: [`a${character}`] }])
  })

  it('leaves text of any script as it is', () => {
    const text = 'Müller, 日本, עברית, 👩🏽‍🚀 "\\u001f"'
    expect(new AppError('bad-source', text).message).toBe(text)
  })
})
