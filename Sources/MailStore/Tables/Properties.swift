package import Model

extension WriteTransaction {
    /// Sets what is kept about an item besides its flags; copy and move take it along. `flag` tells that it is about the flag (then
    /// `flaggedModseq` moves, else `marksModseq`). Nothing happens where the bytes are the same.
    package func setProperties(_ item: ItemID, _ properties: [UInt8], flag: Bool) throws -> ItemState { throw StoreError.closed }
}
