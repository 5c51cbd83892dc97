//! The token is pulled out and put back; hsmd stays away.

use std::{fs, thread, time::Duration};

use holdfast_tests::{Chance, Options, TestBox, oracle::Oracle};

use super::tools::{operator, state, wait_state};

fn is_sealed_to(boxed: &TestBox, oracle_token: &holdfast_tests::Client) {
    let asked = oracle_token.again(&boxed.place());
    for path in ["/api/v1/me", "/api/v1/conversations", "/api/v1/drive/spaces", "/api/v1/search?q=x"] {
        let reply = asked.get(path).unwrap();
        assert_eq!((reply.status, reply.code().as_str()), (503, "sealed"), "{path}");
    }
    let strange = boxed.place().stranger().sign_in("gu.wenzhou", "whatever-it-is");
    assert!(strange.is_err_and(|refusal| refusal.contains("sealed")));
    assert_eq!(boxed.place().stranger().get("/readyz").unwrap().status, 503);
    assert_eq!(boxed.place().stranger().get("/healthz").unwrap().status, 200);
}

#[test]
fn a_token_that_goes_and_comes_back_costs_nothing_that_was_acknowledged() {
    let mut chance = Chance::of_this_run("token");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let (place, server) = (boxed.place(), boxed.server_id());
    let mut oracle = Oracle::new(&place, chance.fork());
    let gu = place.person("gu.wenzhou");
    let (tokens, away) = (boxed.data.join("token/tokens"), boxed.data.join("token/away"));
    for _ in 0..2 {
        oracle.under_load(&place, || {
            thread::sleep(chance.between(Duration::from_millis(100), Duration::from_millis(400)));
            fs::rename(&tokens, &away).unwrap();
            println!("sealed after {:.1?}", wait_state(&boxed, "sealed"));
        });
        is_sealed_to(&boxed, &gu);
        let (done, said) = operator(&boxed, "unseal");
        assert!(!done, "unsealed without a token: {said}");
        assert_eq!(state(&boxed), "sealed");
        // SoftHSM may have made an empty folder meanwhile.
        let _ = fs::remove_dir_all(&tokens);
        fs::rename(&away, &tokens).unwrap();
        let (done, said) = operator(&boxed, "unseal");
        assert!(done, "{said}");
        boxed.wait_ready().unwrap();
        oracle.settle(&place);
    }
    // hsmd stays away until the box seals; when it is back, so is the box.
    oracle.under_load(&place, || {
        thread::sleep(chance.between(Duration::from_millis(100), Duration::from_millis(400)));
        boxed.kill_hsmd().unwrap();
        println!("sealed after {:.1?}", wait_state(&boxed, "sealed"));
    });
    is_sealed_to(&boxed, &gu);
    boxed.start_hsmd().unwrap();
    println!("back after {:.1?}", wait_state(&boxed, "unsealed"));
    boxed.wait_ready().unwrap();
    oracle.settle(&place);
    oracle.check_all(&place);
    assert_eq!(boxed.server_id(), server, "without a restart");
    println!("{} changes acknowledged; refused meanwhile: {:?}", oracle.total.changes, oracle.total.refused);
}
