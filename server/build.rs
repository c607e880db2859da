//! Tells cargo to build the server anew when the app it embeds has been built anew.
//! The macro that embeds the files names each of them to cargo, but not the folder.

fn main() {
    println!("cargo:rerun-if-changed=../dist");
    println!("cargo:rerun-if-changed=migrations");
}
