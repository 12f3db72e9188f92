import { expect, test } from 'vitest'
import { compileConstraint } from './index.ts'
import { accepts } from './testing/accepts.ts'

test('json_object accepts any object and nothing else', () => {
  const acceptor = compileConstraint({ kind: 'json-object' })
  expect(accepts(acceptor, '{"a":{"b":[1,null]}}')).toBe(true)
  expect(accepts(acceptor, '[1]')).toBe(false)
  expect(accepts(acceptor, '{} ')).toBe(false)
})

test('choice accepts each choice, whole', () => {
  const acceptor = compileConstraint({ kind: 'choice', choices: ['yes', 'yes please', 'né'] })
  expect(
    ['yes', 'yes please', 'né', 'ye', 'yes pl', 'no', ''].filter((text) => accepts(acceptor, text)),
  ).toEqual(['yes', 'yes please', 'né'])
  expect(() => compileConstraint({ kind: 'choice', choices: [] })).toThrow(
    expect.objectContaining({ name: 'ConstraintError' }),
  )
})
