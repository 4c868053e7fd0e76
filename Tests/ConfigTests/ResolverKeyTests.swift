// What is said of the resolver's keys: exact places and words.

import Config
import Testing

@Suite struct ResolverKeyTests {
    /// The value of `resolver` in a file, and what is said of it.
    static let resolver: [(String, [String])] = [
        (
            "{ servers: [] }",
            [
                "8:22+1 error: the list is empty, and needs at least one server in 'resolver'"
            ]
        ),
        (
            "{ servers: 10.0.0.1 }",
            [
                "8:22+8 error: expected a list, each element an IPv4 or IPv6 address, with or "
                    + "without a port, found '10.0.0.1'"
            ]
        ),
        (
            "{ servers: [dns.example] }",
            [
                "8:23+11 error: 'dns.example' is not an address, and a name server has one | "
                    + "write one such as 10.0.0.53, \"10.0.0.53:5353\" or \"[::1]:53\""
            ]
        ),
        (
            "{ servers: ['dns.example:53'] }",
            [
                "8:23+16 error: 'dns.example:53' is not an address, and a name server has one | "
                    + "write one such as 10.0.0.53, \"10.0.0.53:5353\" or \"[::1]:53\""
            ]
        ),
        (
            "{ servers: [/run/dns] }",
            [
                "8:23+8 error: '/run/dns' is not an address, and a name server has one | write "
                    + "one such as 10.0.0.53, \"10.0.0.53:5353\" or \"[::1]:53\""
            ]
        ),
        (
            "{ servers: [0.0.0.0] }",
            [
                "8:23+7 error: '0.0.0.0' stands for all addresses, and a name server has one | "
                    + "write one such as 10.0.0.53, \"10.0.0.53:5353\" or \"[::1]:53\""
            ]
        ),
        (
            "{ servers: ['::'] }",
            [
                "8:23+4 error: '::' stands for all addresses, and a name server has one | write "
                    + "one such as 10.0.0.53, \"10.0.0.53:5353\" or \"[::1]:53\""
            ]
        ),
        (
            "{ servers: [1.2.3] }",
            [
                "8:23+5 error: '1.2.3' is not an IPv4 address | IPv4 addresses are four numbers "
                    + "with dots, such as 10.0.0.1"
            ]
        ),
        (
            "{ servers: [10.0.0.053] }",
            [
                "8:23+10 error: '10.0.0.053' has a number with a leading zero, which some "
                    + "programs read as octal | write the number without it"
            ]
        ),
        (
            "{ servers: ['0.0.0.0:53'] }",
            [
                "8:23+12 error: '0.0.0.0:53' stands for all addresses, and a name server has "
                    + "one | write one such as 10.0.0.53, \"10.0.0.53:5353\" or \"[::1]:53\""
            ]
        ),
        (
            "{ servers: ['10.0.0.1:0'] }",
            [
                "8:23+12 error: '0' is not a port | ports are 1 to 65535"
            ]
        ),
        (
            "{ servers: [10.0.0.1, '10.0.0.1:53'] }",
            [
                "8:33+13 error: server '10.0.0.1:53' is there twice in 'resolver', first on line 8"
            ]
        ),
        (
            "{ servers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6, 10.0.0.7, "
                + "10.0.0.8, 10.0.0.9] }",
            [
                "8:13+7 error: more than 8 servers in 'resolver' | keep the nearest; a name "
                    + "that is not answered waits for each of them"
            ]
        ),
        (
            "{ min_ttl: 2m }",
            [
                "8:22+2 error: 'min_ttl' of 2m is longer than 'max_ttl' of 1m in 'resolver' | "
                    + "write min_ttl: 1m or less"
            ]
        ),
        (
            "{ min_ttl: 5s, max_ttl: 4s }",
            [
                "8:22+2 error: 'min_ttl' of 5s is longer than 'max_ttl' of 4s in 'resolver' | "
                    + "write min_ttl: 4s or less"
            ]
        ),
        (
            "{ max_ttl: 500ms }",
            [
                "8:22+5 error: 'min_ttl' of 1s is longer than 'max_ttl' of 500ms in 'resolver' "
                    + "| write min_ttl: 500ms or less"
            ]
        ),
        (
            "{ timeout: 9ms, attempts: 11, min_ttl: 0s, max_ttl: 25h }",
            [
                "8:22+3 error: '9ms' is out of range: expected a duration from 10ms to 1m",
                "8:37+2 error: '11' is out of range: expected an integer from 1 to 10",
                "8:50+2 error: '0s' is out of range: expected a duration from 100ms to 1d",
                "8:63+3 error: '25h' is out of range: expected a duration from 100ms to 1d",
            ]
        ),
        (
            "{ ttl: 5s }",
            [
                "8:13+3 error: unknown key 'ttl' in 'resolver' | the keys here are servers, "
                    + "timeout, attempts, min_ttl, max_ttl"
            ]
        ),
        (
            "off",
            [
                "8:11+3 error: expected a mapping in 'resolver', found 'off'"
            ]
        ),
    ]

    @Test(arguments: resolver)
    func aWrongKeyOfTheResolverIsExplained(_ value: String, _ expected: [String]) {
        let result = parse(small + "resolver: \(value)\n")
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == !expected.isEmpty)
    }
}
