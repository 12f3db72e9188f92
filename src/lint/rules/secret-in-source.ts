import { secretLiterals } from '../secret-literals.ts'
import type { Rule } from './rule.ts'

export const secretInSource: Rule = {
  id: 'secret-in-source',
  severity: 'error',
  says: 'A secret stands in the source.',
  why: 'Who can read the repository, an image of it or its history can use the key, and it cannot be changed without a deploy.',
  fix: 'Make it invalid where it was issued. Keep the new one in a modal.Secret, and read it from os.environ.',
  example: {
    bad: `import modal

app = modal.App("chat")

@app.function(secrets=[modal.Secret.from_dict({"HF_TOKEN": "q8Zr2LmX0vTn4KdWc7Yb"})])
def download():
    pass
`,
    good: `import modal

app = modal.App("chat")

@app.function(secrets=[modal.Secret.from_name("huggingface", required_keys=["HF_TOKEN"])])
def download():
    pass
`,
  },
  find: ({ body }) =>
    secretLiterals(body).map(({ node, named }) => ({
      at: node,
      message: `A secret stands in the source: ${named}.`,
    })),
}
