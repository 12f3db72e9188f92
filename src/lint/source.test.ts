import { expect, test } from 'vitest'
import { decodeSource } from './source.ts'

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding)

test('a source is UTF-8, with or without the mark, unless a comment names another encoding', () => {
  expect(decodeSource(bytes('x = "é"'))).toBe('x = "é"')
  expect(decodeSource(bytes('\ufeffx = 1'))).toBe('x = 1')
  const latin = '#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = "é"'
  expect(decodeSource(bytes(latin, 'latin1'))).toBe(latin)
})

test('bytes that are not of the encoding, and an encoding that nobody knows, are refused', () => {
  expect(() => decodeSource(bytes('x = "é"', 'latin1'))).toThrow(
    'is not utf-8, the encoding that Python would read it in',
  )
  expect(() => decodeSource(bytes('# coding: klingon\n'))).toThrow(
    'names an encoding that is not known here: klingon',
  )
})
