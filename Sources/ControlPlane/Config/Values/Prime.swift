// Primes, which the tables of Maglev need.

/// Small primes by trial division.
enum Prime {
    /// True for a prime. Takes the square root of `number` steps.
    static func isPrime(_ number: Int) -> Bool {
        guard number > 3 else { return number > 1 }
        guard number % 2 != 0 else { return false }
        var divisor = 3
        while divisor * divisor <= number {
            if number % divisor == 0 { return false }
            divisor += 2
        }
        return true
    }

    /// The smallest prime that is at least `number`.
    static func atLeast(_ number: Int) -> Int {
        var candidate = max(number, 2)
        while !isPrime(candidate) { candidate += 1 }
        return candidate
    }
}
