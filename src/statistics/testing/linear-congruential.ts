/** Uniform values in [0, 1) that a few lines of any language draw alike: x ← (1103515245 x + 12345) mod 2³¹, the rand of ISO C. */
export function linearCongruential(n: number, seed: number): number[] {
  let x = BigInt(seed)
  return Array.from({ length: n }, () => {
    x = (1_103_515_245n * x + 12_345n) % 2_147_483_648n
    return Number(x) / 2_147_483_648
  })
}
