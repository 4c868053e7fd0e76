// What a backend says of being changed on the way.

import Compression
import Testing

@Suite("Cache-Control")
struct CacheControlTests {
    @Test(
        "no-transform is found as a directive and nowhere else",
        arguments: [
            ("no-transform", true), ("No-TRANSFORM", true), ("public, no-transform", true),
            ("\tno-transform\t,max-age=1", true), ("no-transform=1", true),
            ("a=\"x\", no-transform", true), ("a=\"\\\"\", no-transform", true),
            (",,no-transform", true), ("no-transform ,", true),
            ("", false), (",", false), ("no-transforms", false), ("no-transfor", false),
            ("x-no-transform", false), ("a=\"no-transform\"", false),
            ("a=\"x, no-transform\"", false), ("a=\"\\\", no-transform\"", false),
            ("a=\", no-transform", false), ("no transform", false), ("max-age=1", false),
        ])
    func directive(value: String, isForbidden: Bool) {
        let bytes = Array(value.utf8)
        #expect(CacheControl.forbidsTransform(bytes, count: bytes.count) == isForbidden)
    }

    @Test(
        "sharing is forbidden by no-store, and by private for the whole response",
        arguments: [
            ("private", true), ("PRIVATE", true), ("max-age=1 , private", true),
            ("no-store", true), ("No-Store, public", true), ("no-store=1", true),
            ("private=\"set-cookie\"", false), ("private=\"a\", private", true),
            ("private ,", true), ("", false), ("public", false), ("no-cache", false),
            ("max-age=600", false), ("x=\"private\"", false), ("x=\"a, no-store\"", false),
            ("privates", false), ("privat", false), ("no-stor", false), ("private x", false),
        ])
    func sharing(value: String, isForbidden: Bool) {
        let bytes = Array(value.utf8)
        #expect(CacheControl.forbidsSharing(bytes, count: bytes.count) == isForbidden)
    }

    @Test("nothing is read behind a value, wherever it is cut")
    func cuts() {
        let whole = Array("a=\"\\\", b\" , no-transform".utf8)
        for count in 0...whole.count {
            // Memory of just that size, which a sanitizer watches.
            let exact = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, count))
            defer { exact.deallocate() }
            exact.initialize(repeating: 0x2C, count: max(1, count))
            exact.update(from: whole, count: count)
            let isWhole = count == whole.count
            #expect(CacheControl.forbidsTransform(exact, count: count) == isWhole, "\(count)")
        }
    }
}
